namespace Resift.Cli;

/// <summary>Reads the texts that a run names, and no others, in one pass over a file.</summary>
internal static class TextSet
{
    private const int NamedInErrors = 3;

    /// <summary>Reads the texts with some ids.</summary>
    /// <param name="input">The file.</param>
    /// <param name="ids">The ids that are needed.</param>
    /// <param name="fields">Where id and text are.</param>
    /// <param name="all">Hashes every record, needed or not.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The texts found, by id.</returns>
    /// <exception cref="InvalidDataException">A record is wrong, or an id that is needed occurs twice.</exception>
    public static async Task<Dictionary<string, string>> ReadAsync(
        Utf8Input input, IReadOnlySet<string> ids, RecordFields fields, BatchInput all, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, string>(ids.Count);
        await foreach (var (id, text) in RecordReader.ReadWithIdsAsync(input, fields, cancellationToken))
        {
            all.Hash(id, text);
            if (ids.Contains(id) && !texts.TryAdd(id, text))
            {
                throw new InvalidDataException($"{input.Place}: the id '{id}' occurs for the second time.");
            }
        }

        return texts;
    }

    /// <summary>Returns which ids were not found, as a sentence; null if all were.</summary>
    public static string? Missing(IReadOnlySet<string> ids, Dictionary<string, string> texts, string what, string file)
    {
        string[] missing = [.. ids.Where(id => !texts.ContainsKey(id))];
        if (missing.Length == 0)
        {
            return null;
        }

        string named = string.Join(", ", missing.Take(NamedInErrors).Select(id => $"'{id}'"));
        string more = missing.Length > NamedInErrors ? ", …" : "";
        return $"{missing.Length} of the run's {ids.Count} {what} are not in {file}: {named}{more}";
    }
}
