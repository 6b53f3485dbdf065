using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>An embedder with a transformer, whose texts go through the queue.</summary>
internal sealed class TransformerEmbedder(LocalModel model) : ITextEmbedder
{
    private readonly TextRun _run = new(model.Texts, model.Queue, model.Info.HiddenSize);

    public LocalModelInfo Info => model.Info;

    public ModelFingerprint Fingerprint => model.Fingerprint;

    public TokenCounter TokenCounter => model.TokenCounter;

    public bool Normalizes => model.Normalizes;

    public Task<TextVectors> EmbedAsync(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken) =>
        _run.EmbedAsync(texts, prompt, cancellationToken);

    public void Dispose() => model.Dispose();
}

/// <summary>Encodes texts, and has their vectors computed.</summary>
/// <param name="encoder">Encodes a text.</param>
/// <param name="runner">Computes the vectors.</param>
/// <param name="dimensions">How many numbers a vector has.</param>
internal sealed class TextRun(PairEncoder encoder, ISequenceRunner runner, int dimensions)
{
    /// <inheritdoc cref="ITextEmbedder.EmbedAsync" />
    public async Task<TextVectors> EmbedAsync(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken)
    {
        int[] cut = new int[texts.Count];
        var empty = new List<int>();
        long tokens = 0;
        float[] vectors = await runner.RunAsync(texts.Count, Next, cancellationToken).ConfigureAwait(false);
        empty.ForEach(index => vectors.AsSpan(index * dimensions, dimensions).Clear());
        return new(vectors, cut, tokens);

        TokenSequence Next(int index)
        {
            var text = encoder.EncodeSingle(prompt + texts[index]);
            cut[index] = text.FirstTokensCut;
            tokens += text.Length;
            if (text.Length > 0)
            {
                return text;
            }

            // Tokenizers of language models put nothing around a text. A vector of nothing is zero; any token does for the runner.
            empty.Add(index);
            return new([0], 1);
        }
    }
}
