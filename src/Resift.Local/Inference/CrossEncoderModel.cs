using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>The encoder with its classification head: logits.</summary>
internal sealed unsafe class CrossEncoderModel : SequenceModel
{
    private readonly Kernels _kernels;
    private readonly PackedLinear _dense;
    private readonly PackedLinear _classifier;
    private readonly HiddenActivation _activation;
    private readonly LayerNorm? _norm;
    private readonly bool _firstOnly;

    public CrossEncoderModel(EncoderConfig config, WeightStore weights, Kernels kernels, int labels, WeightChoice choice = default)
        : base(new(config, weights, kernels, choice))
    {
        _kernels = kernels;
        OutputSize = labels;

        var head = config.Architecture.Head(config, labels);
        _activation = head.Activation;
        _firstOnly = head.Pooling == Pooling.Cls;
        _norm = head.Norm is { } norm ? new(weights, norm, config.LayerNormEpsilon, kernels.PanelWidth) : null;
        _dense = PackedLinear.Pack(kernels.PanelWidth, weights, head.Dense);
        _classifier = PackedLinear.Pack(kernels.PanelWidth, weights, head.Classifier);
    }

    /// <inheritdoc />
    public override int OutputSize { get; }

    /// <inheritdoc />
    public override void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output)
    {
        var hidden = Encoder.Run(batch, workspace, _firstOnly);
        var read = _firstOnly ? hidden : Means(batch, hidden, workspace.First);
        var (pooled, logits) = (workspace.Context, workspace.Projections);
        _kernels.LinearActivated(
            new(read.Row(0), read.Stride), batch.Length, _dense, 0, _dense.Outputs, _activation, pooled.Row(0), pooled.Stride);
        if (_norm is not null)
        {
            _kernels.LayerNorm(pooled.Row(0), pooled.Stride, batch.Length, _norm.NoInputBias, _norm, pooled.Row(0));
        }

        _kernels.Linear(new(pooled.Row(0), pooled.Stride), batch.Length, _classifier, logits.Row(0), logits.Stride);
        for (int i = 0; i < batch.Length; i++)
        {
            new ReadOnlySpan<float>(logits.Row(i), OutputSize).CopyTo(output[(i * OutputSize)..]);
        }

        workspace.Clock?.Mark(Phase.Head);
    }

    public override void Dispose()
    {
        _norm?.Dispose();
        _dense.Dispose();
        _classifier.Dispose();
        base.Dispose();
    }

    private RowBuffer Means(ReadOnlySpan<TokenSequence> batch, RowBuffer hidden, RowBuffer means)
    {
        int row = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            Mean(hidden, row, batch[i].Length, new(means.Row(i), _dense.Inputs));
            row += batch[i].Length;
        }

        return means;
    }
}
