using System.Security.Cryptography;

namespace Resift.Cli;

/// <summary>Puts the files of all shards of a batch together, in the order of its input.</summary>
/// <remarks>Of the files a line each is in memory, of the manifests all: eight bytes for each record.</remarks>
internal static class ShardMerge
{
    /// <summary>Checks that all shards are there and whole, and writes their records.</summary>
    /// <param name="files">The files, in any order.</param>
    /// <param name="output">Where the records go.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many records were written.</returns>
    /// <exception cref="InvalidDataException">A shard is missing, there twice, damaged, or of another batch.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> files, TextWriter output, CancellationToken cancellationToken)
    {
        List<(string File, ShardManifest Manifest)> shards = [];
        foreach (string file in files)
        {
            shards.Add((file, await ShardManifest.ReadAsync(file, cancellationToken)));
        }

        ThrowUnlessOneBatch(shards);
        foreach (var (file, manifest) in shards)
        {
            await ThrowUnlessWholeAsync(file, manifest.Output, cancellationToken);
        }

        await WriteAsync(shards, output, cancellationToken);
        return shards.Sum(shard => shard.Manifest.Positions.Count);
    }

    private static void ThrowUnlessOneBatch(List<(string File, ShardManifest Manifest)> shards)
    {
        var (firstFile, first) = shards[0];
        foreach (var (file, manifest) in shards)
        {
            string? differs = manifest.Part.Count != first.Part.Count ? "another number of shards"
                : manifest.Model != first.Model ? $"another model ({manifest.Model}, and {first.Model} there)"
                : manifest.Settings != first.Settings ? "other options, or another version of the model"
                : manifest.Input != first.Input ? "another input"
                : null;
            if (differs is not null)
            {
                throw new InvalidDataException($"{file} was made with {differs} than {firstFile}; shards of one batch were expected.");
            }
        }

        var byIndex = shards.ToLookup(shard => shard.Manifest.Part.Index, shard => shard.File);
        if (byIndex.FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"The shard {twice.Key}/{first.Part.Count} is there twice: {string.Join(" and ", twice)}.");
        }

        int[] missing = [.. Enumerable.Range(0, first.Part.Count).Where(index => !byIndex.Contains(index))];
        if (missing.Length > 0)
        {
            string named = string.Join(", ", missing.Take(10)) + (missing.Length > 10 ? ", …" : "");
            throw new InvalidDataException(
                $"Of {first.Part.Count} shards {missing.Length} are missing: {named}. Make them with --shard, and name their files too.");
        }

        long records = shards.Sum(shard => (long)shard.Manifest.Output.Records + shard.Manifest.Output.Skipped);
        if (records != first.Input.Records)
        {
            throw new InvalidDataException($"The shards have {records} records together, but their input has {first.Input.Records}.");
        }
    }

    private static async Task ThrowUnlessWholeAsync(string file, ShardOutput expected, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        string found = stream.Length == expected.Bytes
            ? Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken))
            : $"{stream.Length} bytes";
        if (found != expected.Sha256)
        {
            throw new InvalidDataException($"{file} is not what its manifest says ({expected.Bytes} bytes with the SHA-256 " +
                $"{expected.Sha256}, but got {found}): it was cut short or changed. Run that shard once more.");
        }
    }

    private static async Task WriteAsync(
        List<(string File, ShardManifest Manifest)> shards, TextWriter output, CancellationToken cancellationToken)
    {
        var open = new List<StreamReader>(shards.Count);
        try
        {
            var next = new PriorityQueue<(int Shard, int Record), int>();
            foreach (var (file, manifest) in shards)
            {
                if (manifest.Positions.Count > 0)
                {
                    next.Enqueue((open.Count, 0), manifest.Positions[0]);
                }

                open.Add(new(file));
            }

            int before = -1;
            while (next.TryDequeue(out var at, out int position))
            {
                var (file, manifest) = shards[at.Shard];
                if (position == before)
                {
                    throw new InvalidDataException($"{file} has the record {position} of the input, and so has another shard.");
                }

                before = position;
                for (int left = manifest.Lines?[at.Record] ?? 1; left > 0; left--)
                {
                    string line = await open[at.Shard].ReadLineAsync(cancellationToken) ??
                        throw new InvalidDataException($"{file} ended before its last record; was it changed meanwhile?");
                    output.Write($"{line}\n");
                }

                if (at.Record + 1 < manifest.Positions.Count)
                {
                    next.Enqueue((at.Shard, at.Record + 1), manifest.Positions[at.Record + 1]);
                }
            }
        }
        finally
        {
            open.ForEach(reader => reader.Dispose());
        }
    }
}
