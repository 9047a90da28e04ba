-- The ledger's entries that one meter counts, as the ledger stood after $batch, oldest first. Empty lists mean any;
-- $billable: channel|status pairs that are counted. $day: a local day in $zone, null: all.
select submitted_at, channel, direction, country, mcc || mnc as network, status, sign, segments, quantity, cost,
       cost_currency, recipient_masked, message_id, part, source_file, source_line, batch
from ledger
where client = $client and submitted_at >= $start and submitted_at < $end and batch <= $batch
    and ($day is null or timezone($zone, submitted_at)::date = $day)
    and ($country is null or country = $country)
    and list_contains($billable::varchar[], channel || '|' || status)
    and (len($directions::varchar[]) = 0 or list_contains($directions::varchar[], direction))
    and (len($countries::varchar[]) = 0 or list_contains($countries::varchar[], country))
    and (len($categories::varchar[]) = 0 or list_contains($categories::varchar[], category))
    and (len($campaigns::varchar[]) = 0 or list_contains($campaigns::varchar[], campaign))
    and (len($sender_types::varchar[]) = 0 or list_contains($sender_types::varchar[], sender_type_of(sender)))
    and not list_contains($exempt_errors::varchar[], error_raw)
order by submitted_at, source, message_id, part, batch, sign
