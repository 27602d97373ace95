-- migrate:up
-- Reference lists every room leans on, the history of every fact, and the facts clock.

create table region (
    code   char(6) primary key check (code ~ '^33[0-9]{4}$'),   -- GB/T 2260
    name   text not null,
    parent char(6) references region
);

insert into region (code, name, parent) values
    ('330000', '浙江省', null),
    ('330100', '杭州市', '330000'),
    ('330200', '宁波市', '330000'),
    ('330300', '温州市', '330000'),
    ('330400', '嘉兴市', '330000'),
    ('330500', '湖州市', '330000'),
    ('330600', '绍兴市', '330000'),
    ('330700', '金华市', '330000'),
    ('330800', '衢州市', '330000'),
    ('330900', '舟山市', '330000'),
    ('331000', '台州市', '330000'),
    ('331100', '丽水市', '330000'),
    ('330102', '上城区', '330100'),
    ('330105', '拱墅区', '330100'),
    ('330106', '西湖区', '330100'),
    ('330108', '滨江区', '330100'),
    ('330109', '萧山区', '330100'),
    ('330110', '余杭区', '330100'),
    ('330111', '富阳区', '330100'),
    ('330112', '临安区', '330100'),
    ('330113', '临平区', '330100'),
    ('330114', '钱塘区', '330100'),
    ('330122', '桐庐县', '330100'),
    ('330127', '淳安县', '330100'),
    ('330182', '建德市', '330100'),
    ('330203', '海曙区', '330200'),
    ('330205', '江北区', '330200'),
    ('330206', '北仑区', '330200'),
    ('330211', '镇海区', '330200'),
    ('330212', '鄞州区', '330200'),
    ('330213', '奉化区', '330200'),
    ('330225', '象山县', '330200'),
    ('330226', '宁海县', '330200'),
    ('330281', '余姚市', '330200'),
    ('330282', '慈溪市', '330200'),
    ('330302', '鹿城区', '330300'),
    ('330303', '龙湾区', '330300'),
    ('330304', '瓯海区', '330300'),
    ('330305', '洞头区', '330300'),
    ('330324', '永嘉县', '330300'),
    ('330326', '平阳县', '330300'),
    ('330327', '苍南县', '330300'),
    ('330328', '文成县', '330300'),
    ('330329', '泰顺县', '330300'),
    ('330381', '瑞安市', '330300'),
    ('330382', '乐清市', '330300'),
    ('330383', '龙港市', '330300'),
    ('330402', '南湖区', '330400'),
    ('330411', '秀洲区', '330400'),
    ('330421', '嘉善县', '330400'),
    ('330424', '海盐县', '330400'),
    ('330481', '海宁市', '330400'),
    ('330482', '平湖市', '330400'),
    ('330483', '桐乡市', '330400'),
    ('330502', '吴兴区', '330500'),
    ('330503', '南浔区', '330500'),
    ('330521', '德清县', '330500'),
    ('330522', '长兴县', '330500'),
    ('330523', '安吉县', '330500'),
    ('330602', '越城区', '330600'),
    ('330603', '柯桥区', '330600'),
    ('330604', '上虞区', '330600'),
    ('330624', '新昌县', '330600'),
    ('330681', '诸暨市', '330600'),
    ('330683', '嵊州市', '330600'),
    ('330702', '婺城区', '330700'),
    ('330703', '金东区', '330700'),
    ('330723', '武义县', '330700'),
    ('330726', '浦江县', '330700'),
    ('330727', '磐安县', '330700'),
    ('330781', '兰溪市', '330700'),
    ('330782', '义乌市', '330700'),
    ('330783', '东阳市', '330700'),
    ('330784', '永康市', '330700'),
    ('330802', '柯城区', '330800'),
    ('330803', '衢江区', '330800'),
    ('330822', '常山县', '330800'),
    ('330824', '开化县', '330800'),
    ('330825', '龙游县', '330800'),
    ('330881', '江山市', '330800'),
    ('330902', '定海区', '330900'),
    ('330903', '普陀区', '330900'),
    ('330921', '岱山县', '330900'),
    ('330922', '嵊泗县', '330900'),
    ('331002', '椒江区', '331000'),
    ('331003', '黄岩区', '331000'),
    ('331004', '路桥区', '331000'),
    ('331022', '三门县', '331000'),
    ('331023', '天台县', '331000'),
    ('331024', '仙居县', '331000'),
    ('331081', '温岭市', '331000'),
    ('331082', '临海市', '331000'),
    ('331083', '玉环市', '331000'),
    ('331102', '莲都区', '331100'),
    ('331121', '青田县', '331100'),
    ('331122', '缙云县', '331100'),
    ('331123', '遂昌县', '331100'),
    ('331124', '松阳县', '331100'),
    ('331125', '云和县', '331100'),
    ('331126', '庆元县', '331100'),
    ('331127', '景宁畲族自治县', '331100'),
    ('331181', '龙泉市', '331100');

create table industry (
    code    char(2) primary key,                                  -- division of GB/T 4754 C
    gb_code char(3) not null,
    name    text not null,
    name_en text not null
);

insert into industry (code, gb_code, name, name_en) values
    ('13', 'C13', '农副食品加工业', 'Processing of food from agricultural products'),
    ('14', 'C14', '食品制造业', 'Manufacture of foods'),
    ('15', 'C15', '酒、饮料和精制茶制造业', 'Manufacture of liquor, beverages and refined tea'),
    ('16', 'C16', '烟草制品业', 'Manufacture of tobacco'),
    ('17', 'C17', '纺织业', 'Manufacture of textiles'),
    ('18', 'C18', '纺织服装、服饰业', 'Manufacture of textile wearing apparel and accessories'),
    ('19', 'C19', '皮革、毛皮、羽毛及其制品和制鞋业', 'Leather, fur, feather and related products; footwear'),
    ('20', 'C20', '木材加工和木、竹、藤、棕、草制品业', 'Timber processing; wood, bamboo, rattan, palm and straw products'),
    ('21', 'C21', '家具制造业', 'Manufacture of furniture'),
    ('22', 'C22', '造纸和纸制品业', 'Paper and paper products'),
    ('23', 'C23', '印刷和记录媒介复制业', 'Printing and reproduction of recording media'),
    ('24', 'C24', '文教、工美、体育和娱乐用品制造业', 'Articles for culture, education, arts and crafts, sport and entertainment'),
    ('25', 'C25', '石油、煤炭及其他燃料加工业', 'Processing of petroleum, coal and other fuels'),
    ('26', 'C26', '化学原料和化学制品制造业', 'Raw chemical materials and chemical products'),
    ('27', 'C27', '医药制造业', 'Manufacture of medicines'),
    ('28', 'C28', '化学纤维制造业', 'Manufacture of chemical fibres'),
    ('29', 'C29', '橡胶和塑料制品业', 'Rubber and plastics products'),
    ('30', 'C30', '非金属矿物制品业', 'Non-metallic mineral products'),
    ('31', 'C31', '黑色金属冶炼和压延加工业', 'Smelting and pressing of ferrous metals'),
    ('32', 'C32', '有色金属冶炼和压延加工业', 'Smelting and pressing of non-ferrous metals'),
    ('33', 'C33', '金属制品业', 'Manufacture of metal products'),
    ('34', 'C34', '通用设备制造业', 'General-purpose machinery'),
    ('35', 'C35', '专用设备制造业', 'Special-purpose machinery'),
    ('36', 'C36', '汽车制造业', 'Manufacture of automobiles'),
    ('37', 'C37', '铁路、船舶、航空航天和其他运输设备制造业', 'Railway, ship, aerospace and other transport equipment'),
    ('38', 'C38', '电气机械和器材制造业', 'Electrical machinery and apparatus'),
    ('39', 'C39', '计算机、通信和其他电子设备制造业', 'Computers, communication and other electronic equipment'),
    ('40', 'C40', '仪器仪表制造业', 'Measuring instruments and machinery'),
    ('41', 'C41', '其他制造业', 'Other manufacture'),
    ('42', 'C42', '废弃资源综合利用业', 'Utilization of waste resources'),
    ('43', 'C43', '金属制品、机械和设备修理业', 'Repair of metal products, machinery and equipment');

-- Who a fact is stated by; shown beside every block of the page.
create type fact_source as enum ('enterprise', 'certification_body', 'provincial_amr');

-- Every change of a fact, whole rows before and after. Rows are only ever added (by trigger).
create table history (
    id         bigint generated always as identity primary key,
    relation   text not null,
    row_key    text not null,
    operation  text not null,
    changed_at timestamptz not null default clock_timestamp(),
    actor      text,
    before     jsonb,
    after      jsonb
);
create index history_of_row on history (relation, row_key, id);

-- The first trigger argument names the key column.
create function keep_history() returns trigger language plpgsql as $$
declare
    old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
    new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
begin
    if old_row is distinct from new_row then
        insert into history (relation, row_key, operation, actor, before, after)
        values (tg_table_name, coalesce(new_row, old_row) ->> tg_argv[0], lower(tg_op),
                nullif(current_setting('zpm.actor', true), ''), old_row, new_row);
    end if;
    return null;
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% rows of % are never changed', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create trigger append_only before update or delete on history for each row execute function refuse_change();

-- The facts clock: one row, so its numbers commit in order (a sequence's would not). The last
-- statement of every transaction that changes what a scan shows is `select facts_tick(keys)`.
create table facts_clock (
    only_row boolean primary key default true check (only_row),
    v        bigint not null,
    -- Names this database's history: part of every cache key, renewed when the clock was seen to go back.
    identity uuid not null default gen_random_uuid()
);
insert into facts_clock (v) values (1);

-- A payload of NOTIFY holds less than 8,000 bytes: keys go out 100 at a time, more than 1,000
-- of them as one `*` (everything older is stale).
create function facts_tick(keys text[]) returns bigint language plpgsql as $$
declare
    now_v bigint;
    part  int;
begin
    update facts_clock set v = v + 1 returning v into now_v;
    if cardinality(keys) > 1000 then
        perform pg_notify('facts', json_build_object('v', now_v, 'keys', array['*'])::text);
    else
        for part in 0 .. (greatest(cardinality(keys), 1) - 1) / 100 loop
            perform pg_notify('facts', json_build_object('v', now_v, 'keys', keys[part * 100 + 1 : part * 100 + 100])::text);
        end loop;
    end if;
    return now_v;
end $$;

-- migrate:down
drop function facts_tick;
drop table facts_clock;
drop table history;
drop function keep_history;
drop function refuse_change;
drop type fact_source;
drop table industry;
drop table region;
