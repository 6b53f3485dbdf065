using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>An embedder with a transformer, whose texts go through the queue.</summary>
internal sealed class TransformerEmbedder(LocalModel model) : ITextEmbedder
{
    public LocalModelInfo Info => model.Info;

    public ModelFingerprint Fingerprint => model.Fingerprint;

    public TokenCounter TokenCounter => model.TokenCounter;

    public bool Normalizes => model.Normalizes;

    public async Task<TextVectors> EmbedAsync(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken)
    {
        int[] cut = new int[texts.Count];
        var empty = new List<int>();
        long tokens = 0;
        float[] vectors = await model.Queue.RunAsync(texts.Count, Next, cancellationToken).ConfigureAwait(false);
        int size = Info.HiddenSize;
        empty.ForEach(index => vectors.AsSpan(index * size, size).Clear());
        return new(vectors, cut, tokens);

        TokenSequence Next(int index)
        {
            var text = model.Texts.EncodeSingle(prompt + texts[index]);
            cut[index] = text.FirstTokensCut;
            tokens += text.Length;
            if (text.Length > 0)
            {
                return text;
            }

            // Tokenizers of language models put nothing around a text. A vector of nothing is zero; any token does for the queue.
            empty.Add(index);
            return new([0], 1);
        }
    }

    public void Dispose() => model.Dispose();
}
