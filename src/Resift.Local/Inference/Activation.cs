using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The activations that no bundled model uses, element by element. The exact GELU has a vector form in the kernels.</summary>
internal static class Activation
{
    public static void Apply(HiddenActivation activation, Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = Of(activation, value);
        }
    }

    private static float Of(HiddenActivation activation, float x) => activation switch
    {
        HiddenActivation.GeluTanh => 0.5f * x * (1 + MathF.Tanh(0.7978845608f * (x + (0.044715f * x * x * x)))),
        HiddenActivation.Relu => MathF.Max(x, 0),
        HiddenActivation.Silu => x / (1 + MathF.Exp(-x)),
        HiddenActivation.Tanh => MathF.Tanh(x),
        _ => throw new NotSupportedException($"The activation '{activation}' has no element-wise form."),
    };
}
