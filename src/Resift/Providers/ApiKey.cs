using System.Net.Http.Headers;

namespace Resift;

/// <summary>A key that is sent and never shown: not by <see cref="ToString"/>, and not inside what a provider says about it.</summary>
internal sealed class ApiKey
{
    private readonly string? _value;

    private ApiKey(string? value) => _value = value;

    /// <summary>Finds the key in the options or the environment.</summary>
    public static ApiKey Find(HttpRerankerOptions options, ProviderProfile profile)
    {
        var (source, value) = Found(options.ApiKey, nameof(HttpRerankerOptions.ApiKey));
        for (int i = 0; value is null && i < profile.KeyVariables.Count; i++)
        {
            string variable = profile.KeyVariables[i];
            (source, value) = Found(Environment.GetEnvironmentVariable(variable), $"the environment variable {variable}");
        }

        if (value is null && profile.RequiresKey && EndpointAddress.Configured(options, profile) is null)
        {
            throw new InvalidOperationException($"{profile.DisplayName} needs an API key, and there is none. Set the environment " +
                $"variable {string.Join(" or ", profile.KeyVariables)}, or {nameof(HttpRerankerOptions)}." +
                $"{nameof(HttpRerankerOptions.ApiKey)}.");
        }

        // Said here and not by the header's own check, whose message would show the key.
        return value?.All(character => character is > ' ' and < '\u007F') == false
            ? throw new ArgumentException($"The API key in {source} has a space, a line end or a letter beyond ASCII, which no " +
                "key has. Copy it again.")
            : new(value);
    }

    public void AddTo(HttpRequestMessage request, string? header)
    {
        if (_value is null)
        {
            return;
        }

        if (header is null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _value);
        }
        else
        {
            request.Headers.Add(header, _value);
        }
    }

    /// <summary>Takes the key out of a text that may repeat it.</summary>
    public string Redact(string text) => _value is null ? text : text.Replace(_value, "***", StringComparison.OrdinalIgnoreCase);

    public override string ToString() => _value is null ? "no key" : "***";

    private static (string Source, string? Value) Found(string? value, string source) =>
        (source, string.IsNullOrWhiteSpace(value) ? null : value.Trim());
}
