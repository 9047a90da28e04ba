-- Every distinct recipient of `mapped`, what is kept of it, and the country by its leading digits (`prefixes`).
create or replace temp table recipients as
select recipient, token($inner_pad, $outer_pad, recipient) as token, mask(recipient) as mask, country
from numbers left join prefixes on prefix = left(recipient, $digits)
