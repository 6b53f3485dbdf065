using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

/// <summary>A model that gives each sequence its first id as its number, after it did what a test wants to happen in a batch.</summary>
internal sealed class ScriptedModel(string folder, WeightStore weights, Action<TokenSequence[]> onBatch)
    : SequenceModel(new(EncoderConfig.Load(folder), weights, Kernels.For(128)))
{
    private int _batches;

    public override int OutputSize => 1;

    /// <summary>Gets how many batches began.</summary>
    public int Batches => Volatile.Read(ref _batches);

    public override void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output)
    {
        Interlocked.Increment(ref _batches);
        onBatch(batch.ToArray());
        for (int i = 0; i < batch.Length; i++)
        {
            output[i] = batch[i].Ids[0];
        }
    }
}
