namespace Resift;

/// <summary>Names the meter of local models: how deep their queues are, how long work waits in them, and how full batches are.</summary>
/// <remarks>
/// Give the name to what collects measurements, such as <c>AddMeter</c> of OpenTelemetry. The instruments are listed in the guide to local
/// models; they cost nothing where nobody listens. Experimental: their names may change in any release.
/// </remarks>
public static class LocalModelTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Resift.Local";
}
