using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resift.AspNetCore;

/// <summary>
/// What is known of a request beside its texts: what metrics, the trace and the log say of it. Whoever works on the request adds to it.
/// </summary>
internal sealed class RequestRecord
{
    /// <summary>Gets the name of the request.</summary>
    public required string RequestId { get; init; }

    /// <summary>Gets what is asked for, in the words of OpenTelemetry; null for what no model answers.</summary>
    public string? Operation { get; init; }

    /// <summary>Gets or sets the name of the model that answers; null before it is found. Never what a client wrote.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets how many documents or texts there are.</summary>
    public int? Documents { get; set; }

    /// <summary>Gets or sets how many tokens were read; an estimate where the model does not say.</summary>
    public long? Tokens { get; set; }

    /// <summary>Gets or sets the name of the key; null where none was asked for.</summary>
    public string? Key { get; set; }

    /// <summary>Gets the record of a request.</summary>
    public static RequestRecord Of(HttpContext context) => context.Features.GetRequiredFeature<RequestRecord>();
}
