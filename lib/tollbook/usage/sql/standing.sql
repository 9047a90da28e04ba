-- Everything the ledger ever posted under a key that this batch touches; reversals mirror postings and are not needed.
create or replace table standing as
select *, key_of(source, message_id, recipient_token, part) as key_hash
from ledger
where sign = 1 and key_of(source, message_id, recipient_token, part) in (select key_hash from incoming)
