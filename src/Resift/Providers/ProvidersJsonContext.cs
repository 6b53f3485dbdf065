using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift;

/// <summary>How requests become JSON, without reflection.</summary>
[JsonSerializable(typeof(BedrockBody))]
[JsonSerializable(typeof(DeepInfraBody))]
[JsonSerializable(typeof(IsaacusBody))]
[JsonSerializable(typeof(MixedbreadBody))]
[JsonSerializable(typeof(NimBody))]
[JsonSerializable(typeof(PineconeBody))]
[JsonSerializable(typeof(PlainBody))]
[JsonSerializable(typeof(TeiBody))]
[JsonSerializable(typeof(VertexBody))]
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
