namespace Resift.AspNetCore;

/// <summary>Names the meter of the server: how long it answers, what it refuses, and how much is under way.</summary>
/// <remarks>
/// Give the name to what collects measurements, such as <c>AddMeter</c> of OpenTelemetry. The instruments are listed in
/// <c>docs/guide-telemetry.md</c>. Experimental: their names may change in any release.
/// </remarks>
public static class ResiftServerTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Resift.AspNetCore";
}
