-- Outgoing messages of the whole ledger by client and sender; see `senders.sql`.
select client, sender, sum(sign)::bigint as messages
from ledger
where direction = 'mt' and part <= 1
group by all
having sum(sign) <> 0
order by all
