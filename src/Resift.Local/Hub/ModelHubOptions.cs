using System.Text.RegularExpressions;

namespace Resift;

/// <summary>Where a <see cref="ModelHub"/> gets models from, and where it keeps them.</summary>
public sealed partial class ModelHubOptions
{
    // Not even a token of a company's own hub is longer.
    private const int MaxTokenBytes = 64 * 1024;

    /// <summary>Gets or sets the folder of the cache, in the layout of Hugging Face.</summary>
    public required string CacheFolder { get; set; }

    /// <summary>Gets or sets the address of the hub.</summary>
    public Uri Endpoint { get; set; } = new("https://huggingface.co");

    /// <summary>Gets or sets the token that is sent to the endpoint, and to no other host; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing is asked of the hub.</summary>
    public bool IsOffline { get; set; }

    /// <summary>
    /// Creates options from the variables that the Python tools of Hugging Face know: <c>HF_HUB_CACHE</c>, <c>HF_HOME</c>,
    /// <c>XDG_CACHE_HOME</c>, <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, <c>HF_TOKEN_PATH</c>, <c>HF_HUB_DISABLE_IMPLICIT_TOKEN</c> and
    /// <c>HF_HUB_OFFLINE</c>, with the same defaults.
    /// </summary>
    /// <param name="variable">Gets the value of a variable; null for those of this process.</param>
    /// <returns>The options.</returns>
    /// <exception cref="FormatException"><c>HF_ENDPOINT</c> is no address of a web server.</exception>
    public static ModelHubOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Get(string name) => (variable ?? Environment.GetEnvironmentVariable)(name) is { Length: > 0 } value ? value : null;
        string userHome = Get("HOME") ?? Get("USERPROFILE") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Expand(string path) => Variables().Replace(
            path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? userHome + path[1..] : path,
            match => Get(match.Groups[1].Value) ?? match.Value);

        string home = Expand(Get("HF_HOME") ?? Path.Combine(Get("XDG_CACHE_HOME") ?? Path.Combine(userHome, ".cache"), "huggingface"));
        string cache = Expand(Get("HF_HUB_CACHE") ?? Get("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"));
        var options = new ModelHubOptions
        {
            CacheFolder = Path.GetFullPath(cache),
            IsOffline = IsTrue(Get("HF_HUB_OFFLINE") ?? Get("TRANSFORMERS_OFFLINE")),
            Token = Cleaned(Get("HF_TOKEN") ?? Get("HUGGING_FACE_HUB_TOKEN")),
        };
        if (options.Token is null && !IsTrue(Get("HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        {
            options.Token = ReadToken(Expand(Get("HF_TOKEN_PATH") ?? Path.Combine(home, "token")));
        }

        if (Get("HF_ENDPOINT") is { } endpoint)
        {
            options.Endpoint = ParseEndpoint(endpoint);
        }

        return options;
    }

    private static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "", Query: "" }
            ? address
            : throw new FormatException("HF_ENDPOINT is no address of a web server; one without a name and password was expected, such " +
                "as https://huggingface.co.");

    // Whoever cannot read the file has no token, as in Python.
    private static string? ReadToken(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MaxTokenBytes } ? Cleaned(File.ReadAllText(path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Cleaned(string? token) => token?.Trim() is { Length: > 0 } cleaned ? cleaned : null;

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Variables();
}
