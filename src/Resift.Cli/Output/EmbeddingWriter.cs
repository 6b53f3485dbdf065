using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Embeds texts batch by batch and writes each vector as a JSON object on a line.</summary>
internal sealed class EmbeddingWriter(
    IEmbeddingGenerator<string, Embedding<float>> embedder, EmbeddingPurpose? purpose, TextWriter output)
{
    private readonly List<TruncatedDocument> _truncated = [];

    /// <summary>Gets how many texts were written.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how many tokens were read; null if the embedder does not say.</summary>
    public long? Tokens { get; private set; } = 0;

    /// <summary>Gets the texts whose end was not read.</summary>
    public IReadOnlyList<TruncatedDocument> Truncated => _truncated;

    public async Task WriteAsync(IReadOnlyList<InputDocument> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(purpose);
        var embeddings = await embedder.GenerateAsync(batch.Select(document => document.Text), options, cancellationToken);
        Tokens += embeddings.Usage?.InputTokenCount;
        for (int i = 0; i < batch.Count; i++)
        {
            WriteLine(batch[i].Id, embeddings[i]);
        }

        await output.FlushAsync(cancellationToken);
    }

    private void WriteLine(string? id, Embedding<float> embedding)
    {
        int index = Count++;
        int cut = embedding.GetTruncatedTokens();
        if (cut > 0)
        {
            _truncated.Add(new(index, cut));
        }

        Json.WriteLine(output, indented: false, json =>
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
