using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift;

/// <summary>
/// Picks what an API documents out of a call's additional properties. <c>name</c> is meant for whoever reads the call, <c>provider:name</c>
/// for one of them.
/// </summary>
internal static class ExtraFields
{
    /// <summary>Reads the fields for one API.</summary>
    /// <param name="options">The call's options.</param>
    /// <param name="profile">The API.</param>
    /// <param name="ignored">Hears of each property that is meant for another one.</param>
    /// <exception cref="NotSupportedException">A property is meant for this API, which has no such field, or is no JSON.</exception>
    public static Dictionary<string, JsonElement>? Read(RerankOptions? options, ProviderProfile profile, Action<string> ignored)
    {
        Dictionary<string, JsonElement>? extra = null;
        foreach (var (key, value) in options?.AdditionalProperties ?? [])
        {
            int colon = key.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && !key.AsSpan(0, colon).SequenceEqual(profile.Name))
            {
                ignored(key);
                continue;
            }

            string name = key[(colon + 1)..];
            if (!profile.ExtraFields.Contains(name))
            {
                throw Unknown(key, profile);
            }

            if (value is not null)
            {
                (extra ??= [])[name] = ToJson(key, value);
            }
        }

        return extra;
    }

    private static NotSupportedException Unknown(string key, ProviderProfile profile) => new(
        $"{profile.DisplayName} has no field for the additional property '{key}'; " +
        (profile.ExtraFields is [] ? "none was expected" : $"expected was {string.Join(" or ", profile.ExtraFields)}") +
        ". Leave it out, or write it as 'provider:name' if it is meant for another reranker of the same chain.");

    private static JsonElement ToJson(string name, object value) => value switch
    {
        JsonElement element => element,
        JsonNode node => JsonElement.Parse(node.ToJsonString()),
        string text => JsonSerializer.SerializeToElement(text, ProvidersJsonContext.Wire.String),
        bool flag => JsonSerializer.SerializeToElement(flag, ProvidersJsonContext.Wire.Boolean),
        int number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Int32),
        long number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Int64),
        double number => JsonSerializer.SerializeToElement(number, ProvidersJsonContext.Wire.Double),
        _ => throw new NotSupportedException($"The additional property '{name}' is a {value.GetType()}; a string, bool, int, long, " +
            "double, JsonNode or JsonElement was expected, which can be sent as JSON."),
    };
}
