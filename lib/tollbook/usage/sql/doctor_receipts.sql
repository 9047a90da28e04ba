-- Delivered messages of the whole ledger by channel, country and class of time until the receipt; see `receipts.sql`.
select channel, country, list_count(list_filter($bounds, lambda bound: bound < waited))::integer as class,
       sum(messages)::bigint as messages
from (
    select channel, country, ceil(greatest(epoch(final_at) - epoch(submitted_at), 0))::bigint as waited,
           sum(sign) as messages
    from ledger
    where direction = 'mt' and status in ('delivered', 'read') and final_at is not null and part <= 1
    group by all
)
group by all
having sum(messages) <> 0
order by all
