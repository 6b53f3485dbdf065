namespace Resift.Local.Models;

/// <summary>
/// The first step of a decoder (Vaswani et al. 2017): one token, that every answer begins with, goes through layers that also read the
/// encoder's last hidden state.
/// </summary>
/// <param name="Start">The id of the token.</param>
/// <param name="Layers">The layers.</param>
/// <param name="FinalNorm">The normalisation behind the last one.</param>
/// <param name="OutputFactor">What the result is multiplied with.</param>
internal sealed record DecoderLayout(int Start, IReadOnlyList<DecoderLayerLayout> Layers, NormLayout FinalNorm, float OutputFactor)
{
    /// <summary>Gets the beginning of the names of all layers' tensors; the number of the layer follows.</summary>
    public required string LayerPrefix { get; init; }

    /// <summary>Gets the field of the configuration that says how many layers there are.</summary>
    public required string LayersField { get; init; }

    public IEnumerable<ExpectedTensor> Tensors => [.. Layers.SelectMany(layer => layer.Tensors), .. FinalNorm.Tensors];
}

/// <summary>A layer of a decoder. Of the attention of one token to itself only the value is left.</summary>
/// <param name="SelfNorm">The normalisation before it.</param>
/// <param name="SelfValue">The value.</param>
/// <param name="SelfOutput">What it goes through.</param>
/// <param name="Crossing">The attention to the encoder's tokens, which are not normalised once more, and the feed-forward part.</param>
internal sealed record DecoderLayerLayout(NormLayout SelfNorm, DenseLayout SelfValue, DenseLayout SelfOutput, LayerLayout Crossing)
{
    public IEnumerable<ExpectedTensor> Tensors =>
        [.. SelfNorm.Tensors, .. SelfValue.Tensors, .. SelfOutput.Tensors, .. Crossing.Tensors];
}
