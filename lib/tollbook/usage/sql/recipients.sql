-- Every distinct recipient of `mapped`, what is kept of it, and the leading digits that tell its country (`prefixes`).
create or replace temp table recipients as
select recipient, token($inner_pad, $outer_pad, recipient) as token, mask(recipient) as mask,
       left(recipient, $digits) as prefix
from (select distinct recipient from mapped where reason is null)
