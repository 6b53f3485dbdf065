namespace Resift.Evaluation;

/// <summary>Reads the file of a run query by query.</summary>
internal static class GroupedRun
{
    /// <summary>Hands out the documents of each query, which are valid until the next one.</summary>
    /// <returns>False as soon as a query comes back after another one: then what was handed out is not all of it.</returns>
    /// <exception cref="InvalidDataException">A line is not one of a run, or names a document a second time for its query.</exception>
    public static async Task<bool> TryReadAsync(
        string path, Action<string, List<ScoredDocument>> onQuery, CancellationToken cancellationToken)
    {
        var input = Utf8Input.Open(path);
        await using var disposal = input.ConfigureAwait(false);
        var lines = new RunReader(input);
        var queryIds = new HashSet<string>();
        var documents = new List<ScoredDocument>();
        var documentIds = new HashSet<string>();
        string? queryId = null;
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (lines.QueryId != queryId)
            {
                Complete();
                queryId = lines.QueryId;
                if (!queryIds.Add(queryId))
                {
                    return false;
                }
            }

            if (!documentIds.Add(lines.Document.Id))
            {
                throw Run.Repeated(input.Place, queryId, lines.Document.Id);
            }

            documents.Add(lines.Document);
        }

        Complete();
        return true;

        void Complete()
        {
            if (queryId is not null)
            {
                onQuery(queryId, documents);
                documents.Clear();
                documentIds.Clear();
            }
        }
    }
}
