-- The judged entries of one day as a data file of the ledger.
copy (select * exclude (day) from judged_entries where day = $day order by client)
to $path (format parquet, compression zstd, compression_level 1, parquet_version v2, return_stats)
