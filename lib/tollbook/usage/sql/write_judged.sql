-- The judged entries of one day as a data file of the ledger.
copy (
    select * exclude (day, sign), $batch::bigint as batch, sign, $posted_at::timestamptz as posted_at
    from (from judged_entries where day = $day order by client)
) to $path (format parquet, compression zstd, compression_level 1, parquet_version v2, return_stats)
