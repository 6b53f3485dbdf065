using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>The encoder with its head: logits.</summary>
internal sealed unsafe class CrossEncoderModel : SequenceModel
{
    private readonly Kernels _kernels;
    private readonly PackedLinear? _dense;
    private readonly PackedLinear _classifier;
    private readonly HiddenActivation _activation;
    private readonly LayerNorm? _norm;
    private readonly DecoderStep? _decoder;
    private readonly Pooling _pooling;
    private readonly int? _relevant;
    private readonly int _width;

    public CrossEncoderModel(EncoderConfig config, WeightStore weights, Kernels kernels, HeadLayout head, WeightChoice choice = default)
        : base(new(config, weights, kernels, choice))
    {
        _kernels = kernels;
        OutputSize = head.Relevant is null ? head.Classifier.Rows : 1;
        _activation = head.Activation;
        _decoder = config.Architecture.Decoder(config) is { } decoder ? new(decoder, config, weights, kernels, choice, Encoder) : null;
        _pooling = _decoder is null ? head.Pooling : Pooling.Mean;
        _width = config.HiddenSize;
        _norm = head.Norm is { } norm ? new(weights, norm, config.LayerNormEpsilon, kernels.PanelWidth) : null;
        _dense = head.Dense is { } dense ? PackedLinear.Pack(kernels.PanelWidth, weights, dense) : null;
        _relevant = head.Relevant;
        _classifier = head.Against is { } other
            ? PackedLinear.Pack(kernels.PanelWidth, PackedLinear.Part(weights, head.Classifier), PackedLinear.Part(weights, other))
            : PackedLinear.Pack(kernels.PanelWidth, weights, head.Classifier);
    }

    /// <inheritdoc />
    public override int OutputSize { get; }

    /// <inheritdoc />
    public override void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output)
    {
        var hidden = Encoder.Run(batch, workspace, _pooling);
        var read = _decoder is not null ? _decoder.Run(batch.Length, workspace)
            : _pooling == Pooling.Mean ? Means(batch, hidden, workspace.Pooled)
            : hidden;
        var logits = workspace.Projections;
        if (_dense is not null)
        {
            var pooled = workspace.Context;
            _kernels.LinearActivated(
                new(read.Row(0), read.Stride), batch.Length, _dense, 0, _dense.Outputs, _activation, pooled.Row(0), pooled.Stride);
            read = pooled;
        }

        if (_norm is not null)
        {
            _kernels.LayerNorm(read.Row(0), read.Stride, batch.Length, _norm.NoInputBias, _norm, read.Row(0));
        }

        _kernels.Linear(new(read.Row(0), read.Stride), batch.Length, _classifier, logits.Row(0), logits.Stride);
        for (int i = 0; i < batch.Length; i++)
        {
            var row = new ReadOnlySpan<float>(logits.Row(i), _classifier.Outputs);
            if (_relevant is { } relevant)
            {
                output[i] = LogOdds.Of(row, relevant);
            }
            else
            {
                row.CopyTo(output[(i * OutputSize)..]);
            }
        }

        workspace.Clock?.Mark(Phase.Head);
    }

    public override void Dispose()
    {
        _decoder?.Dispose();
        _norm?.Dispose();
        _dense?.Dispose();
        _classifier.Dispose();
        base.Dispose();
    }

    private RowBuffer Means(ReadOnlySpan<TokenSequence> batch, RowBuffer hidden, RowBuffer means)
    {
        int row = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            Mean(hidden, row, batch[i].Length, new(means.Row(i), _width));
            row += batch[i].Length;
        }

        return means;
    }
}
