using Resift.Local.Tests.Models;

namespace Resift.Local.Tests.Inference;

/// <summary>The forward pass of a <see cref="TinyModel"/> in double precision, written after the papers and not after the engine.</summary>
internal abstract class ReferenceModel
{
    public static ReferenceModel Of(TinyModel model) => model.ModelType switch
    {
        "modernbert" => new ReferenceModernBert(model),
        "deberta-v2" => new ReferenceDeberta(model),
        "jina" => new ReferenceJinaBert(model),
        "t5" => new ReferenceT5(model),
        "qwen2" or "qwen3" => new ReferenceQwen(model),
        _ => new ReferenceEncoder(model),
    };

    /// <summary>Computes the last hidden state of every token.</summary>
    public abstract double[][] Hidden(int[] ids, int firstSegmentLength);

    /// <summary>Computes the logits of the classification head from the last hidden state.</summary>
    public abstract double[] Logits(double[][] hidden);
}
