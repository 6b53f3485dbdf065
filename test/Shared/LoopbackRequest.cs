using System.Text.Json;

namespace Resift.Testing;

/// <summary>What a <see cref="LoopbackServer"/> was asked.</summary>
internal sealed record LoopbackRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
