-- How the text of a source is read. Every macro gives NULL for what it cannot read; the caller says why the row is refused.

-- Trimming copies a text, so only those that want it are trimmed.
create or replace macro filled(x) as case when x > '!' and not ends_with(x, ' ') then x else nullif(trim(x), '') end;

-- A moment that a message can have. The readers of times leave that open, so that each is computed once.
create or replace macro sane(t) as case when t between timestamptz '2000-01-01' and now() + interval 2 days then t end;

create or replace macro json_object_text(x) as case when json_valid(x) then case json_type(x) when 'OBJECT' then x end end;

-- Times. `zone` is NULL where the source declares none; a time without a zone of its own is then not readable. A cast to
-- a time without a zone passes over any zone in the text, so that is looked for first.
create or replace macro has_zone(x) as
    regexp_matches(x, ':\d\d(\.\d+)? ?([+-]\d\d(:?\d\d)?|[A-Za-z][A-Za-z/_+-]*\d*)$');
create or replace macro as_utc(t) as make_timestamptz(epoch_us(t));
create or replace macro local_time(x, zone) as case when zone = 'UTC' then as_utc(x) when zone is not null then timezone(zone, x) end;
create or replace macro read_iso(x, zone) as case
    when ends_with(x, 'Z') then as_utc(try_cast(x as timestamp))
    when has_zone(x) then try_cast(x as timestamptz)
    else local_time(try_cast(x as timestamp), zone)
end;
-- One format a call: with a list of formats DuckDB 2.0 takes 31 February for 3 March.
create or replace macro with_offset(x) as regexp_replace(x, '(GMT|UTC|UT|Z)$', '+0000');
create or replace macro read_rfc2822(x, zone) as coalesce(
    try_strptime(with_offset(x), '%a, %d %b %Y %H:%M:%S %z'), try_strptime(with_offset(x), '%d %b %Y %H:%M:%S %z')
);
create or replace macro read_compact(x, zone) as
    local_time(coalesce(try_strptime(x, '%Y%m%d %H:%M:%S'), try_strptime(x, '%Y%m%d%H%M%S')), zone);
create or replace macro read_epoch_ms(x, zone) as
    make_timestamptz(case when try_cast(x as bigint) between 0 and 99999999999999 then try_cast(x as bigint) * 1000 end);
create or replace macro read_epoch_s(x, zone) as
    make_timestamptz(case when try_cast(x as bigint) between 0 and 99999999999 then try_cast(x as bigint) * 1000000 end);
-- SMPP receipts write YYMMDDhhmm, YYMMDDhhmmss, YYYYMMDDhhmm or YYYYMMDDhhmmss. Twelve digits are a short year with
-- seconds unless that is no date: a long year of this decade never is one.
create or replace macro smpp_time(x) as case length(x)
    when 10 then try_strptime(x, '%y%m%d%H%M')
    when 12 then coalesce(try_strptime(x, '%y%m%d%H%M%S'), try_strptime(x, '%Y%m%d%H%M'))
    when 14 then try_strptime(x, '%Y%m%d%H%M%S')
end;
create or replace macro read_smpp(x, zone) as local_time(smpp_time(x), zone);

-- Numbers. A cost is kept positive whatever sign the source writes.
-- A cast alone would round 2.5 to 3.
create or replace macro read_count(x) as case when regexp_full_match(x, '\d+(\.0+)?') then try_cast(x as integer) end;
create or replace macro read_money(x) as abs(try_cast(x as decimal(18, 8)));
create or replace macro read_quantity(x) as case when try_cast(x as decimal(18, 6)) >= 0 then try_cast(x as decimal(18, 6)) end;
create or replace macro times(amount, factor) as amount * coalesce(factor, 1);

-- Recipients: an e-mail address, or the digits of an international number (some reports mask digits with X or *).
create or replace macro without_scheme(x) as regexp_replace(lower(trim(x)), '^(whatsapp|sms|rcs|viber|tel|fax|mailto):', '');
create or replace macro number_digits(x) as regexp_replace(regexp_replace(x, '[^0-9x*]', '', 'g'), '^00', '');
create or replace macro read_recipient(x) as case
    when regexp_full_match(x, '\+?[1-9][0-9]{4,14}') then case when starts_with(x, '+') then substr(x, 2) else x end
    when regexp_full_match(without_scheme(x), '[^@\s]+@[^@\s]+\.[^@\s]+') then without_scheme(x)
    when regexp_full_match(without_scheme(x), '\+?[0-9x*() ./-]+')
        and regexp_full_match(number_digits(without_scheme(x)), '[1-9][0-9x*]{4,14}')
        then number_digits(without_scheme(x))
end;

-- What is kept of a recipient: a keyed token (HMAC-SHA-256, RFC 2104, first 128 bits) and a mask.
create or replace macro hmac(inner_pad, outer_pad, x) as sha256(outer_pad || unhex(sha256(inner_pad || encode(x))));
create or replace macro token(inner_pad, outer_pad, x) as left(hmac(inner_pad, outer_pad, x), 32);
create or replace macro mask(x) as case
    when contains(x, '@') then left(x, 1) || '***@***' || right(x, 3)
    else '+' || left(x, greatest(length(x) - 8, 2)) || '*****' || right(x, 2)
end;

-- Raw rows shown in quarantine: long numbers lose their middle; of a row that cannot be taken apart only the shape stays.
create or replace macro mask_numbers(x) as regexp_replace(x, '(\d{3})\d{3,}(\d{2})', '\1***\2', 'g');
create or replace macro shape(x) as left(regexp_replace(regexp_replace(x, '\p{L}', 'x', 'g'), '\d', '9', 'g'), 300);

-- The line of a row: of CSV, the nth good row of its file, past the header and the broken rows before it (`passed`
-- holds, for each broken row, how many good ones came before it); of JSON lines, its number as it is.
create or replace macro line_of(n, passed) as case
    when passed is null then n
    when len(passed) = 0 then n + 1
    else n + 1 + len(list_filter(passed, lambda good: good < n))
end;

-- Posting. A key's hash only narrows the search (keys themselves are compared after it). Final beats open, then the
-- status that says more, then the later one; two reports that are still equal differ in their facts or not at all.
create or replace macro key_of(source, message_id, token, part) as hash(source, message_id, token, part::smallint);
create or replace macro facts_of(
    submitted_at, status_raw, error_raw, sender, category, campaign, country, mcc, mnc, segments, quantity, unit, cost,
    cost_currency, carrier_fee
) as md5(concat_ws(
    '|', epoch_us(submitted_at), status_raw, error_raw, sender, category, campaign, country, mcc, mnc, segments, quantity,
    unit, cost, cost_currency, carrier_fee
));
create or replace macro weight_of(is_final, status, status_at, facts) as
    (is_final, coalesce(list_position(getvariable('statuses'), status), 0), status_at, facts);

-- Flags, a list with commas. PASSED marks what only passes through the ledger; nothing made of it keeps that mark.
create or replace macro has_flag(flags, name) as contains(flags, name) and list_contains(string_split(flags, ','), name);
create or replace macro add_flag(flags, name) as array_to_string(list_sort(list_distinct(list_append(
    list_filter(string_split(flags, ','), lambda flag: flag not in ('', 'PASSED')), name
))), ',');
