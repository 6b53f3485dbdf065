using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Finds passages by their words, with FTS5.</summary>
internal sealed class TextRetriever(IndexFile file, string collection) : IRetriever
{
    // A word of title or headings says more about a passage than one of its text.
    private const double HeadingWeight = 2;

    public string Name => "bm25";

    public Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);

        // SQLite reads files and offers no asynchronous way to; the caller's thread must not wait for that.
        return Task.Run(
            () => SqliteTelemetry.RunAsync(
                SqliteTelemetryNames.Search,
                collection,
                activity => file.RunAsync(() => RetrieveAsync(query, options ?? new(), activity, cancellationToken)),
                Name),
            cancellationToken);
    }

    private async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions options, Activity? activity, CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        var connection = transaction.Connection;
        if (TextQuery.Create(query) is not { } match || CollectionRow.Find(connection, collection) is not { } row)
        {
            return new([]);
        }

        // FTS5 does all of its work before the first row comes.
        var found = connection.RunInterruptibly(() => Search(connection, row, match, options), cancellationToken);
        activity?.SetTag(SqliteTelemetryNames.ReturnedRows, found.Count);
        using var passages = new StoredPassages(connection);
        return new([.. found.Select((item, place) => passages.Read(item.Passage, item.Score) with
        {
            ScoreScale = ScoreScale.Unspecified,
            Source = Name,
            Stages = [new(Name, place + 1, item.Score, ScoreScale.Unspecified)],
        })]);
    }

    private static List<(long Passage, double Score)> Search(
        SqliteConnection connection, CollectionRow row, string match, RetrievalOptions options)
    {
        var filter = FilterStatement.Create(options.Filter, row.Id);
        using var command = connection.Command(
            $"SELECT rowid, rank FROM {row.TextTable} WHERE {row.TextTable} MATCH $query AND rank MATCH $rank " +
            (filter is null ? "" : $"AND rowid IN ({filter.PassageIds}) ") + "ORDER BY rank, rowid LIMIT $limit",
            ("$query", match),
            ("$rank", string.Create(CultureInfo.InvariantCulture, $"bm25({HeadingWeight:F1}, 1.0)")),
            ("$limit", options.Candidates));
        filter?.AddTo(command);
        using var reader = command.ExecuteReader();
        var found = new List<(long Passage, double Score)>();
        while (reader.Read())
        {
            // FTS5 gives scores below 0, so that the best comes first in ascending order.
            found.Add((reader.GetInt64(0), -reader.GetDouble(1)));
        }

        return found;
    }
}
