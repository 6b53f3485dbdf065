using System.Buffers;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift.Onnx.Graphs;

/// <summary>Reads numbers of sequences from what a graph gives: logits, or vectors. Safe for concurrent use.</summary>
internal abstract class GraphReading
{
    /// <summary>Gets how many numbers come out of a sequence.</summary>
    public abstract int Size { get; }

    /// <summary>Gets the shape that the output must have for a batch.</summary>
    protected abstract IReadOnlyList<long> ShapeOf(PaddedBatch batch);

    /// <summary>Reads the numbers of one row.</summary>
    protected abstract void ReadRow(OutputTensor output, PaddedBatch batch, int row, Span<float> numbers);

    /// <summary>Reads the numbers of a batch.</summary>
    /// <exception cref="RerankerException">The output has another shape than a batch should give.</exception>
    public void Read(OutputTensor output, PaddedBatch batch, Span<float> numbers)
    {
        var expected = ShapeOf(batch);
        if (!expected.SequenceEqual(output.Shape))
        {
            throw new RerankerException($"The graph's output has the shape {output.ShownShape}, expected [{string.Join(", ", expected)}] " +
                $"for {batch.Rows} sequences of {batch.Length} tokens. Export it with dynamic axes for batch and sequence.");
        }

        for (int row = 0; row < batch.Rows; row++)
        {
            ReadRow(output, batch, row, numbers.Slice(row * Size, Size));
        }
    }
}

/// <summary>The logit of a head with one label, or the logarithm of the odds of one of several.</summary>
/// <param name="labels">How many labels there are.</param>
/// <param name="relevant">The one that means relevance.</param>
internal sealed class LabelReading(int labels, int relevant) : GraphReading
{
    public override int Size => 1;

    protected override IReadOnlyList<long> ShapeOf(PaddedBatch batch) => [batch.Rows, labels];

    protected override void ReadRow(OutputTensor output, PaddedBatch batch, int row, Span<float> numbers)
    {
        float[] logits = new float[labels];
        output.Read((long)row * labels, logits);
        numbers[0] = labels == 1 ? logits[0] : LogOdds.Of(logits, relevant);
    }
}

/// <summary>By how much a language model goes on rather with one word than with another: the logarithm of the odds.</summary>
/// <param name="words">How many words there are.</param>
/// <param name="yes">The one that answers for a relevant document.</param>
/// <param name="no">The one that answers for any other.</param>
internal sealed class WordReading(int words, int yes, int no) : GraphReading
{
    public override int Size => 1;

    protected override IReadOnlyList<long> ShapeOf(PaddedBatch batch) => [batch.Rows, batch.Length, words];

    protected override void ReadRow(OutputTensor output, PaddedBatch batch, int row, Span<float> numbers)
    {
        long first = (((long)row * batch.Length) + batch.LastOf(row)) * words;
        Span<float> logits = [0, 0];
        output.Read(first + yes, logits[..1]);
        output.Read(first + no, logits[1..]);
        numbers[0] = logits[0] - logits[1];
    }
}

/// <summary>The vector that the graph itself makes of a text.</summary>
/// <param name="size">How many numbers it has.</param>
/// <param name="normalizes">Whether it is scaled to the length 1.</param>
internal sealed class VectorReading(int size, bool normalizes) : GraphReading
{
    public override int Size => size;

    protected override IReadOnlyList<long> ShapeOf(PaddedBatch batch) => [batch.Rows, size];

    protected override void ReadRow(OutputTensor output, PaddedBatch batch, int row, Span<float> numbers)
    {
        output.Read((long)row * size, numbers);
        if (normalizes)
        {
            UnitLength.Scale(numbers);
        }
    }
}

/// <summary>One vector of those of a text's tokens.</summary>
/// <param name="size">How many numbers it has.</param>
/// <param name="pooling">How it is made.</param>
internal sealed class TokenReading(int size, PoolingConfig pooling) : GraphReading
{
    public override int Size => size;

    protected override IReadOnlyList<long> ShapeOf(PaddedBatch batch) => [batch.Rows, batch.Length, size];

    protected override void ReadRow(OutputTensor output, PaddedBatch batch, int row, Span<float> numbers)
    {
        long first = (long)row * batch.Length;
        switch (pooling.Mode)
        {
            case Pooling.Cls:
                output.Read((first + batch.FirstOf(row)) * size, numbers);
                break;
            case Pooling.Last:
                output.Read((first + batch.LastOf(row)) * size, numbers);
                break;
            default:
                Mean(output, first + batch.FirstOf(row), batch.LengthOf(row), numbers);
                break;
        }

        if (pooling.Normalize)
        {
            UnitLength.Scale(numbers);
        }
    }

    private void Mean(OutputTensor output, long first, int tokens, Span<float> mean)
    {
        float[] vectors = ArrayPool<float>.Shared.Rent(tokens * size);
        output.Read(first * size, vectors.AsSpan(0, tokens * size));
        mean.Clear();
        for (int i = 0; i < tokens; i++)
        {
            for (int j = 0; j < size; j++)
            {
                mean[j] += vectors[(i * size) + j];
            }
        }

        ArrayPool<float>.Shared.Return(vectors);
        for (int j = 0; j < size; j++)
        {
            mean[j] /= tokens;
        }
    }
}
