-- Outgoing messages of each (client, local day) in `stale` by sender, net of reversals.
select l.client, timezone(z.zone, l.submitted_at)::date as local_day, sender, sum(sign)::bigint as messages
from ledger as l join zones as z using (client)
where direction = 'mt' and part <= 1 and (client, local_day) in (select (client, day) from stale)
group by all
having sum(sign) <> 0
order by all
