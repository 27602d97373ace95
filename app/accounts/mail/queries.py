"""SQL of the mail queue. A row is taken by moving its due time: a worker that dies leaves it for the next."""

from app.accounts.mail.shapes import Letter
from app.store.sql import Act, Query, Value

queue_mail = Act("""
    /* accounts.queue_mail */
    insert into mail (recipient, language, subject, body) values ($1, $2, $3, $4)
""")

take_mail = Query(Letter, """
    /* accounts.take_mail */
    update mail
       set attempts = attempts + 1, due_at = now() + $1::interval
     where id = (select id from mail where sent_at is null and failed is null and due_at <= now()
                  order by due_at limit 1 for update skip locked)
    returning id, recipient, language, subject, body, queued_at, attempts
""")  # fmt: skip

# What has left is not kept: a letter may hold a link that opens something.
mail_sent = Act("/* accounts.mail_sent */ update mail set sent_at = now(), failed = null, body = '' where id = $1")

mail_failed = Act("/* accounts.mail_failed */ update mail set failed = $2, body = '' where id = $1")

mail_later = Act("/* accounts.mail_later */ update mail set due_at = $2 where id = $1")

forget_mail = Act("""
    /* accounts.forget_mail */
    delete from mail where (sent_at is not null or failed is not null) and queued_at < now() - $1::interval
""")

# Ended as sign-in counts it (identity.standing): idle for half an hour, or at its end. Workers do not wait
# for each other.
forget_sessions = Act("""
    /* accounts.forget_sessions */
    delete from session
     where id_sha256 in (select s.id_sha256 from session s
                          where s.ends_at <= now() or s.seen_at <= now() - interval '30 minutes'
                            for update skip locked)
""")

forget_resets = Act("/* accounts.forget_resets */ delete from password_reset where expires_at <= now()")

mail_waiting = Value("/* accounts.mail_waiting */ select count(*) from mail where sent_at is null and failed is null")
