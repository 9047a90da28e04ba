-- What must hold of the ledger, one row: a count of what does not.
select
    -- No key stands twice, and none is reversed more often than it was posted.
    (select count(*) from (
        select 1 from ledger group by source, message_id, recipient_token, part having sum(sign) not in (0, 1)
    )) as keys_out_of_balance,
    (select count(*) from ledger where client is null or message_id is null or segments < 0) as broken_entries,
    (select count(*) filter (sign = 1 and not contains(flags, 'PASSED')) from ledger) as postings,
    (select coalesce(sum(sign) filter (part <= 1), 0)::bigint from ledger) as messages,
    (select coalesce(sum(sign * segments), 0)::bigint from ledger) as segments,
    (select coalesce(sum(sign * cost), 0) from ledger) as cost
