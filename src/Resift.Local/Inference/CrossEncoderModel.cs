using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>The encoder with its classification head over the first token: logits.</summary>
internal sealed unsafe class CrossEncoderModel : SequenceModel
{
    private readonly Kernels _kernels;
    private readonly PackedLinear _dense;
    private readonly PackedLinear _classifier;
    private readonly HiddenActivation _activation;

    public CrossEncoderModel(EncoderConfig config, WeightStore weights, Kernels kernels, int labels)
        : base(new(config, weights, kernels))
    {
        _kernels = kernels;
        OutputSize = labels;

        var head = config.Architecture.Head(config, labels);
        _activation = head.Activation;
        _dense = PackedLinear.Pack(kernels.PanelWidth, weights, head.Dense);
        _classifier = PackedLinear.Pack(kernels.PanelWidth, weights, head.Classifier);
    }

    /// <inheritdoc />
    public override int OutputSize { get; }

    /// <inheritdoc />
    public override void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output)
    {
        var first = Encoder.Run(batch, workspace, firstTokensOnly: true);
        var (pooled, logits) = (workspace.Context, workspace.Projections);
        _kernels.LinearActivated(
            first.Row(0), first.Stride, batch.Length, _dense, 0, _dense.Outputs, _activation, pooled.Row(0), pooled.Stride);
        _kernels.Linear(pooled.Row(0), pooled.Stride, batch.Length, _classifier, logits.Row(0), logits.Stride);
        for (int i = 0; i < batch.Length; i++)
        {
            new ReadOnlySpan<float>(logits.Row(i), OutputSize).CopyTo(output[(i * OutputSize)..]);
        }

        workspace.Clock?.Mark(Phase.Head);
    }

    public override void Dispose()
    {
        _dense.Dispose();
        _classifier.Dispose();
        base.Dispose();
    }
}
