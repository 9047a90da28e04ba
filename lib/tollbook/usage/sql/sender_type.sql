-- The kind of a sender: a name, a short code, a toll-free or a long number; '' when there is none.
create or replace temp macro sender_type_of(sender) as
case
    when sender = '' then ''
    when regexp_matches(regexp_replace(sender, '^[a-z]+:', ''), '\p{L}') then 'alphanumeric'
    when length(regexp_replace(sender, '[^0-9*]', '', 'g')) <= 6 then 'short_code'
    when regexp_full_match(regexp_replace(sender, '[^0-9]', '', 'g'), '1?8(00|33|44|55|66|77|88)\d{7}') then 'toll_free'
    else 'long_code'
end
