using System.Text.Json;

namespace Resift.Cli;

/// <summary>Checks one reranker of a configuration file.</summary>
internal static class NamedReranker
{
    /// <exception cref="InvalidDataException">Something in it means nothing here.</exception>
    public static RerankerSettings Check(string file, string name, NamedRerankerJson? json)
    {
        string where = $"{file}: the reranker '{name}'";
        if (name.Length == 0 || name.Any(char.IsWhiteSpace) || RemoteProvider.Names.Contains(name))
        {
            // A file that somebody else wrote must not change where --provider cohere sends documents and key.
            throw new InvalidDataException($"{where} cannot have this name: it is that of a provider, or has white space.");
        }

        if (json?.Provider is not { } provider || !RemoteProvider.Names.Contains(provider))
        {
            throw new InvalidDataException(
                $"{where} has the provider '{json?.Provider}'; one of {string.Join(", ", RemoteProvider.Names)} was expected.");
        }

        if (provider == RemoteProvider.Local && (json.Endpoint ?? json.ApiKeyVariable ?? json.Scale) is not null)
        {
            throw new InvalidDataException($"{where} is local, which takes \"model\" only.");
        }

        // The value is not shown: whoever takes this for the place of the key would find it in a log.
        if (json.ApiKeyVariable is { } variable && !IsVariable(variable))
        {
            throw new InvalidDataException($"{where}: \"apiKeyVariable\" expects the name of an environment variable in capital letters, " +
                "digits and underscores, such as MY_KEY, and not the key.");
        }

        if (RemoteProvider.Find(provider) is null or { IsApi: false } && HasRequestOptions(json))
        {
            throw new InvalidDataException($"{where}: \"endpointIsFinal\", \"documentsPerRequest\", \"pointwise\", " +
                $"\"headerVariables\" and \"tokenCommand\" are about providers that rerank by an API, and {provider} is none; leave " +
                "them out.");
        }

        if (json.DocumentsPerRequest < 1)
        {
            throw new InvalidDataException(
                $"{where} has \"documentsPerRequest\" {json.DocumentsPerRequest}; at least 1 was expected.");
        }

        if (json.HeaderVariables?.Values.All(IsVariable) == false)
        {
            throw new InvalidDataException($"{where}: \"headerVariables\" expects for each header the name of an environment variable in " +
                "capital letters, digits and underscores, such as { \"X-Tenant\": \"MY_TENANT\" }, and not the value.");
        }

        if (json.TokenCommand is [] || json.TokenCommand?.Any(string.IsNullOrEmpty) == true)
        {
            throw new InvalidDataException(
                $"{where}: \"tokenCommand\" expects a program and its arguments, such as " +
                "[\"gcloud\", \"auth\", \"print-access-token\"].");
        }

        if (json.Scale is not null && RemoteProvider.Find(provider) is { TakesScale: false })
        {
            throw new InvalidDataException($"{where}: {provider} gives an order only, so leave out \"scale\".");
        }

        if (provider != RemoteProvider.LanguageModel && (json.Temperature is not null || json.StructuredOutput is not null))
        {
            throw new InvalidDataException(
                $"{where}: \"temperature\" and \"structuredOutput\" are about language models, and {provider} is none; leave them out.");
        }

        return new(name, provider)
        {
            Model = provider == RemoteProvider.Local ? LocalModel(file, json.Model) : json.Model,
            Endpoint = json.Endpoint,
            KeyVariable = json.ApiKeyVariable,
            IsEndpointFinal = json.EndpointIsFinal == true,
            DocumentsPerRequest = json.DocumentsPerRequest,
            IsPointwise = json.Pointwise,
            HeaderVariables = json.HeaderVariables ?? [],
            TokenCommand = json.TokenCommand,
            Scale = json.Scale is null ? null : ScaleOf(where, json.Scale),
            Temperature = json.Temperature is { } temperature ? TemperatureOf(where, temperature) : null,
            StructuredOutput = json.StructuredOutput,
            File = file,
        };
    }

    /// <summary>Determines whether a text is the name of an environment variable, and so most probably no secret.</summary>
    public static bool IsVariable(string? text) => text is [not (>= '0' and <= '9'), ..]
        && text.All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == '_');

    private static bool HasRequestOptions(NamedRerankerJson json) => json.EndpointIsFinal is not null
        || json.DocumentsPerRequest is not null || json.Pointwise is not null || json.HeaderVariables is not null
        || json.TokenCommand is not null;

    private static string? LocalModel(string file, string? model)
    {
        if (model is null || ModelFolder.Bundled.Contains(model))
        {
            return model;
        }

        string folder = Path.GetFullPath(model, Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Directory.Exists(folder) || HubAccess.IdOf(model) is null ? folder : model;
    }

    private static ChatTemperature TemperatureOf(string where, JsonElement json) =>
        ChatTemperature.Parse(json.ValueKind is JsonValueKind.Number or JsonValueKind.String ? json.ToString() : "")
            ?? throw new InvalidDataException($"{where} has the temperature {json}; {ChatTemperature.Expected} was expected.");

    private static ScoreScale ScaleOf(string where, string text) => text switch
    {
        "logit" => ScoreScale.Logit,
        "probability" => ScoreScale.Probability,
        "cosine" => ScoreScale.Cosine,
        _ => throw new InvalidDataException($"{where} has the scale '{text}'; logit, probability or cosine was expected."),
    };
}
