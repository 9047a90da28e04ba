-- How long delivered messages took from submission to their final receipt, by channel and class of time.
-- $bounds: upper bounds of the classes in seconds, rising; the class after the last has no bound.
-- A message of several parts arrives with its slowest part; a reversed entry cancels the one it reverses.
with standing as (
    select channel, greatest(epoch(final_at) - epoch(submitted_at), 0) as seconds, sum(sign) as standing
    from ledger
    where client = $client and submitted_at >= $start and submitted_at < $end
      and direction = 'mt' and status in ('delivered', 'read') and final_at is not null and part <= 1
    group by all
    having sum(sign) > 0
)
select channel, list_count(list_filter($bounds, lambda bound: bound < seconds)) as class, sum(standing)::bigint as messages
from standing
group by all
order by all
