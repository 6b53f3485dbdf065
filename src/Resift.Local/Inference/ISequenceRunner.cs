using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>What computes the numbers of token sequences, logits or vectors. Safe for concurrent use.</summary>
internal interface ISequenceRunner
{
    /// <summary>Runs any number of sequences, which are prepared on the thread pool shortly before their turn.</summary>
    /// <param name="count">How many sequences there are.</param>
    /// <param name="prepare">Gives one by its index; called in order, one at a time. None may be empty.</param>
    /// <param name="cancellationToken">Drops what is not done.</param>
    /// <returns>The model's numbers for all sequences, one after the other.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed before all was done.</exception>
    Task<float[]> RunAsync(int count, Func<int, TokenSequence> prepare, CancellationToken cancellationToken);
}
