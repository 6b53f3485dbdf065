using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>A passage as the table keeps it: its text, where it stands, its metadata and its vector.</summary>
internal static class StoredPassage
{
    /// <summary>The columns that it is read from.</summary>
    public const string Columns = "key, document, start, length, text, searched, metadata::text, vector";

    /// <summary>The column behind those: the score that a search gives.</summary>
    private const int ScoreColumn = 8;

    /// <summary>Reads a passage that nobody has scored.</summary>
    public static Candidate Read(NpgsqlDataReader reader) => Read(reader, score: 0);

    /// <summary>Reads the passages that a retriever has found, with the score behind the other columns.</summary>
    /// <param name="reader">The rows, best first.</param>
    /// <param name="retriever">The retriever's name.</param>
    /// <param name="scale">What its scores mean.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<Candidate[]> ReadFoundAsync(
        NpgsqlDataReader reader, string retriever, ScoreScale scale, CancellationToken cancellationToken)
    {
        if (reader.FieldCount <= ScoreColumn)
        {
            // What was set before the search is a result of its own.
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        var found = new List<Candidate>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            double score = reader.GetDouble(ScoreColumn);
            found.Add(Read(reader, score) with
            {
                ScoreScale = scale,
                Source = retriever,
                Stages = [new(retriever, found.Count + 1, score, scale)],
            });
        }

        return [.. found];
    }

    private static Candidate Read(NpgsqlDataReader reader, double score)
    {
        var document = new SearchDocument(reader.GetString(0), reader.GetString(4))
        {
            SearchedText = reader.Text(5),
            Location = reader.Number(2) is { } start ? new(reader.GetString(1), start, reader.GetInt32(3)) : null,
            Metadata = MetadataJson.Read(reader.GetString(6)),
        };
        return new(document, score) { Embedding = reader.GetFieldValue<float[]>(7) };
    }
}
