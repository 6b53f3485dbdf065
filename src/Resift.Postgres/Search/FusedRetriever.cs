using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// Finds passages by words and by meaning with one message to the database, and fuses both lists as <see cref="HybridRetriever"/> does.
/// </summary>
internal sealed class FusedRetriever(
    CollectionSearch search, IEmbeddingGenerator<string, Embedding<float>> embedder, FusionOptions fusion, bool exact) : IRetriever
{
    public string Name => "fused";

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        QueryVector? embedded = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            embedded = await search.EmbedAsync(embedder, query, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not IOException)
        {
            // Words may answer alone: the fusion decides whether they do, and says so.
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        string[] terms = PassageTerms.OfQuery(query);
        var (dense, lexical) = await search.RunAsync(Statements, ReadAsync, (new([]), new([])), cancellationToken).ConfigureAwait(false);
        Given[] halves = [new(LexicalStatement.Retriever, lexical), new(DenseStatement.Retriever, dense, failure)];
        return await new HybridRetriever(halves, fusion).RetrieveAsync(query, options, cancellationToken).ConfigureAwait(false);

        NpgsqlBatchCommand[] Statements(CollectionRow row) =>
        [
            .. embedded is null ? [] : DenseStatement.Create(search.Database.Tables, row, embedded.Vector, options, exact),
            .. terms is [] ? [] : new[] { LexicalStatement.Create(search.Database.Tables, row, terms, options) },
        ];

        async Task<(RetrievalResponse Dense, RetrievalResponse Lexical)> ReadAsync(NpgsqlDataReader reader)
        {
            Candidate[] byMeaning = embedded is null ? [] : await StoredPassage.ReadFoundAsync(
                reader, DenseStatement.Retriever, ScoreScale.Cosine, cancellationToken).ConfigureAwait(false);
            bool hasWords = terms is not [] &&
                (embedded is null || await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
            Candidate[] byWords = !hasWords ? [] : await StoredPassage.ReadFoundAsync(
                reader, LexicalStatement.Retriever, ScoreScale.Unspecified, cancellationToken).ConfigureAwait(false);
            var response = embedded is null ? new RetrievalResponse([]) : new(byMeaning)
            {
                QueryEmbedding = embedded.Vector,
                Usage = embedded.Usage,
                QueryTokensCut = embedded.TokensCut,
            };
            return (response, new(byWords));
        }
    }

    /// <summary>A half of the answer, as the fusion takes it.</summary>
    private sealed class Given(string name, RetrievalResponse response, ExceptionDispatchInfo? failure = null) : IRetriever
    {
        public string Name => name;

        public Task<RetrievalResponse> RetrieveAsync(
            string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
        {
            failure?.Throw();
            return Task.FromResult(response);
        }
    }
}
