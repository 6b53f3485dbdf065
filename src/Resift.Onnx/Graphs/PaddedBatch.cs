using Resift.Local.Tokenization;

namespace Resift.Onnx.Graphs;

/// <summary>How the tokens of sequences are laid out for a graph.</summary>
/// <param name="PadId">The id that fills up shorter sequences.</param>
/// <param name="PadsLeft">Whether it stands before their tokens, and not behind them.</param>
/// <param name="HasTypes">Whether tokens of the second text have the type 1; else all have the type 0.</param>
internal sealed record BatchLayout(int PadId, bool PadsLeft, bool HasTypes);

/// <summary>Sequences as rows of one length, the longest one's.</summary>
/// <param name="sequences">The sequences; none empty.</param>
/// <param name="layout">How they are laid out.</param>
internal sealed class PaddedBatch(IReadOnlyList<TokenSequence> sequences, BatchLayout layout)
{
    public int Rows => sequences.Count;

    public int Length { get; } = sequences.Max(sequence => sequence.Length);

    /// <summary>Gets where the tokens of a row begin.</summary>
    public int FirstOf(int row) => layout.PadsLeft ? Length - LengthOf(row) : 0;

    /// <summary>Gets how many tokens a row has.</summary>
    public int LengthOf(int row) => sequences[row].Length;

    public int LastOf(int row) => FirstOf(row) + LengthOf(row) - 1;

    /// <summary>Cuts sequences into batches of similar length, the longest first.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="batchTokens">How many tokens a batch has, padding counted, unless one sequence alone has more.</param>
    /// <returns>The indices of each batch's sequences.</returns>
    public static IEnumerable<int[]> Cut(IReadOnlyList<TokenSequence> sequences, int batchTokens)
    {
        int[] order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(i => sequences[i].Length)];
        for (int start = 0; start < order.Length;)
        {
            int rows = Math.Max(1, batchTokens / sequences[order[start]].Length);
            int[] batch = order[start..Math.Min(order.Length, start + rows)];
            start += batch.Length;
            yield return batch;
        }
    }

    /// <summary>Computes the values of one input.</summary>
    public T[] Values<T>(InputRole role, Func<int, T> convert)
    {
        var values = new T[Rows * Length];
        Array.Fill(values, convert(role == InputRole.Ids ? layout.PadId : 0));
        for (int row = 0; row < Rows; row++)
        {
            var sequence = sequences[row];
            var tokens = values.AsSpan((row * Length) + FirstOf(row), sequence.Length);
            for (int i = 0; i < tokens.Length; i++)
            {
                tokens[i] = convert(role switch
                {
                    InputRole.Ids => sequence.Ids[i],
                    InputRole.Mask => 1,
                    InputRole.Types => layout.HasTypes && i >= sequence.FirstSegmentLength ? 1 : 0,
                    _ => i,
                });
            }
        }

        return values;
    }
}

/// <summary>What a graph is told about each token.</summary>
internal enum InputRole
{
    /// <summary>Which token it is.</summary>
    Ids,

    /// <summary>1, or 0 for padding.</summary>
    Mask,

    /// <summary>Which text it belongs to.</summary>
    Types,

    /// <summary>Its index in the sequence.</summary>
    Positions,
}
