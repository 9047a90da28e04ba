-- How long delivered messages of each (client, local day) in `stale` took from submission to their final receipt, by
-- channel, country and class of time; $bounds: upper bounds of the classes in seconds, rising, whole: so whole seconds tell
-- the class. A message of several parts arrives with its slowest part; a reversed entry cancels the one it reverses.
with seconds as (
    select l.client, timezone(z.zone, l.submitted_at)::date as local_day, channel, country,
           ceil(greatest(epoch(final_at) - epoch(submitted_at), 0))::bigint as waited, sum(sign) as messages
    from ledger as l join zones as z using (client)
    where direction = 'mt' and status in ('delivered', 'read') and final_at is not null and part <= 1
    group by all
    having sum(sign) <> 0
)
select client, local_day, channel, country,
       list_count(list_filter($bounds, lambda bound: bound < waited))::integer as class, sum(messages)::bigint as messages
from seconds
where (client, local_day) in (select (client, day) from stale)
group by all
order by all
