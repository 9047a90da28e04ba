-- The postings of one day that nothing stands against, from the view `postings`, as a data file of the ledger.
copy (
    select * exclude (sha, turn, key_hash, day), $batch::bigint as batch, 1::tinyint as sign,
           $posted_at::timestamptz as posted_at
    from (from postings anti join contested using (key_hash) where day = $day order by client)
) to $path (format parquet, compression zstd, compression_level 1, parquet_version v2, return_stats)
