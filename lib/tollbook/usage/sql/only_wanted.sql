-- Forget staged rows of a file that do not stand at a place in `wanted`; the table has no other file.
delete from {staged} as s where not exists (from wanted as w where w.line = s.source_line and w.item in (0, s.item_n))
