using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>A model that turns each token sequence into a few numbers: logits, or an embedding.</summary>
/// <remarks>
/// Safe for concurrent use with one workspace per thread. The numbers of a sequence do not depend on the rest of the batch.
/// </remarks>
internal abstract unsafe class SequenceModel(Encoder encoder) : IDisposable
{
    /// <summary>Gets how many numbers come out of a sequence.</summary>
    public abstract int OutputSize { get; }

    protected Encoder Encoder => encoder;

    /// <summary>Creates the buffers that one thread needs.</summary>
    public Workspace CreateWorkspace(int maxTokens) => encoder.CreateWorkspace(maxTokens);

    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The sequences, none empty, with no more tokens in all than the workspace has room for.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    /// <param name="output"><see cref="OutputSize"/> numbers per sequence.</param>
    public abstract void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output);

    public virtual void Dispose() => encoder.Dispose();

    /// <summary>Computes the mean of some rows.</summary>
    protected static void Mean(RowBuffer hidden, int first, int rows, Span<float> vector)
    {
        vector.Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = new ReadOnlySpan<float>(hidden.Row(first + r), vector.Length);
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] += row[i];
            }
        }

        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] /= rows;
        }
    }
}
