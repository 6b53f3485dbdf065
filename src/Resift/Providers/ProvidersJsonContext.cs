using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift;

/// <summary>How requests become JSON, without reflection.</summary>
[JsonSerializable(typeof(CohereBody))]
[JsonSerializable(typeof(CohereV1Body))]
[JsonSerializable(typeof(InfinityBody))]
[JsonSerializable(typeof(JinaBody))]
[JsonSerializable(typeof(LlamaCppBody))]
[JsonSerializable(typeof(MixedbreadBody))]
[JsonSerializable(typeof(PineconeBody))]
[JsonSerializable(typeof(TeiBody))]
[JsonSerializable(typeof(TogetherBody))]
[JsonSerializable(typeof(VllmBody))]
[JsonSerializable(typeof(VllmScoreBody))]
[JsonSerializable(typeof(VoyageBody))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class ProvidersJsonContext : JsonSerializerContext
{
    /// <summary>
    /// Gets the context of the wire. Only what JSON itself demands is escaped, since six bytes for every letter beyond ASCII would reach
    /// the providers' limits sooner; no browser reads these bodies as HTML.
    /// </summary>
    public static ProvidersJsonContext Wire { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
