using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift.Providers;

/// <summary>The JSON body of a request: the fields of its API, then what the caller added.</summary>
internal abstract record RequestBody
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; init; }
}
