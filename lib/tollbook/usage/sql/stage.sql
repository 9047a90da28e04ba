-- Whole rows of `mapped` as ledger records. `arrivals` has a row per file: its place in the order of arrival, the account
-- its folder names, where its rows begin, and its broken rows; `clients` has whose each account of the source is.
with record as (
    select m.*, f.turn, f.name as source_file, line_of(m.n - f.first_n + 1, f.passed) as source_line, a.client,
           r.token, r.mask, p.country as number_country,
           t.encoding as text_encoding, t.segments as text_segments,
           coalesce(m.mcc, left(m.network, 3)) as mcc_, coalesce(m.mnc, substr(m.network, 4)) as mnc_,
           coalesce(m.segments, t.segments, 1) as segments_
    from mapped as m
    join arrivals as f using (file)
    join clients as a on a.account = coalesce(m.account, f.account)
    join (recipients as r left join prefixes as p using (prefix)) using (recipient)
    left join texts as t on t.text = m.text
    where m.reason is null and coalesce(m.submitted_at, m.status_at) >= $horizon::date
)
select
    turn,
    n,
    item_n,
    r.client,
    $source as source,
    message_id,
    token as recipient_token,
    coalesce(part, 0)::smallint as part,
    coalesce(submitted_at, status_at) as submitted_at,
    coalesce(final_at, case when status::status_word >= $first_final::status_word then coalesce(status_at, submitted_at) end)
        as final_at,
    coalesce(status_at, submitted_at) as status_at,
    channel,
    direction,
    coalesce(category, '') as category,
    -- Who writes in is a person: only the mask of that number or address stays. Short codes and names are no person's.
    case when direction = 'mo' and length(read_recipient(sender)) > 6 then mask(read_recipient(sender))
         else coalesce(sender, '') end as sender,
    mask as recipient_masked,
    coalesce(r.country, number_country, '') as country,
    coalesce(mcc_, '') as mcc,
    coalesce(mnc_, '') as mnc,
    status::status_word as status,
    status::status_word >= $first_final::status_word as is_final,
    status_raw,
    coalesce(error_raw, '') as error_raw,
    coalesce(r.encoding, text_encoding, '') as encoding,
    segments_ as segments,
    coalesce(quantity, segments_)::decimal(18, 6) as quantity,
    coalesce(unit, case channel when 'sms' then 'segment' when 'fax' then 'page' when 'voice' then 'minute' else 'message' end)
        as unit,
    coalesce(cost, 0)::decimal(18, 8) as cost,
    upper(coalesce(cost_currency, '')) as cost_currency,
    coalesce(carrier_fee, 0)::decimal(18, 8) as carrier_fee,
    coalesce(campaign, '') as campaign,
    coalesce(tags, '') as tags,
    concat_ws(
        ',',
        case when mcc_ <> '' and n.mcc is null then 'UNKNOWN_NETWORK' end,
        case when r.segments <> text_segments then 'SEGMENTS_DIFFER' end,
        case when cost is null then 'COST_MISSING' end,
        case when submitted_at is null then 'NO_SUBMISSION' end
    ) as flags,
    source_file,
    source_line,
    key_of($source, message_id, token, coalesce(part, 0)) as key_hash,
    date_trunc('day', make_timestamp(epoch_us(coalesce(submitted_at, status_at))))::date as day
from record as r left join networks as n on n.mcc = mcc_ and n.mnc = mnc_
