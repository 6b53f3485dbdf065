using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Embeds texts batch by batch and writes each vector as a JSON object on a line.</summary>
internal sealed class EmbeddingWriter(
    IEmbeddingGenerator<string, Embedding<float>> embedder, EmbeddingPurpose? purpose, BatchOutput output)
{
    private readonly List<TruncatedDocument> _truncated = [];

    /// <summary>Gets how many texts were written.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how many tokens were read; null if the embedder does not say.</summary>
    public long? Tokens { get; private set; } = 0;

    /// <summary>Gets the texts whose end was not read.</summary>
    public IReadOnlyList<TruncatedDocument> Truncated => _truncated;

    public async Task WriteAsync(IReadOnlyList<BatchRecord<InputDocument>> batch, CancellationToken cancellationToken)
    {
        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(purpose);
        var embeddings = await embedder.GenerateAsync(batch.Select(record => record.Value.Text), options, cancellationToken);
        Tokens += embeddings.Usage?.InputTokenCount;
        for (int i = 0; i < batch.Count; i++)
        {
            WriteLine(batch[i].Position, batch[i].Value.Id, embeddings[i]);
            await output.CompleteAsync(batch[i].Position, batch[i].Digest);
        }

        await output.Writer.FlushAsync(cancellationToken);
    }

    private void WriteLine(int index, string? id, Embedding<float> embedding)
    {
        Count++;
        int cut = embedding.GetTruncatedTokens();
        if (cut > 0)
        {
            _truncated.Add(new(index, cut));
        }

        Json.WriteLine(output.Writer, indented: false, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteString("id", id);
            json.WriteStartArray("embedding");
            foreach (float component in embedding.Vector.Span)
            {
                json.WriteNumberValue(component);
            }

            json.WriteEndArray();
            if (cut > 0)
            {
                json.WriteNumber(EmbeddingProperties.TruncatedTokensKey, cut);
            }

            json.WriteEndObject();
        });
    }
}
