using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resift;

/// <summary>The JSON body of a request: the fields of its API, then what the caller added.</summary>
internal abstract record RequestBody
{
    // Settable after construction, as the generator wants it of extension data beside a constructor with parameters.
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A text as an object, where an API wants one.</summary>
internal readonly record struct WireText(string Text);
