namespace Resift.Local.Inference;

/// <summary>The logarithm of the odds of one label among several.</summary>
internal static class LogOdds
{
    /// <summary>
    /// log(p / (1 − p)) of the softmax p of one logit among others: what it is above the logarithm of the sum of their powers.
    /// </summary>
    public static float Of(ReadOnlySpan<float> logits, int relevant)
    {
        float largest = float.NegativeInfinity;
        for (int j = 0; j < logits.Length; j++)
        {
            largest = j == relevant ? largest : Math.Max(largest, logits[j]);
        }

        float sum = 0;
        for (int j = 0; j < logits.Length; j++)
        {
            sum += j == relevant ? 0 : MathF.Exp(logits[j] - largest);
        }

        return logits[relevant] - (largest + MathF.Log(sum));
    }
}
