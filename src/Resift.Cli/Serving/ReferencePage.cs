using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Scalar.AspNetCore;

namespace Resift.Cli;

/// <summary>The page that shows the OpenAPI document to people. It asks no other host: its policy forbids it.</summary>
internal static class ReferencePage
{
    private const string Path = "/reference";

    // The page's own script is inside of it, and has the nonce; the styles that it makes have none.
    private const string Policy = "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; " +
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'";

    /// <summary>Maps the page. It says nothing of the server's models and keys, so that it needs none.</summary>
    public static void Map(WebApplication app) => app.MapScalarApiReference(Path, (options, context) =>
    {
        string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy.Replace("{0}", nonce, StringComparison.Ordinal);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        options.WithNonce(nonce).WithTitle("Resift").WithOpenApiRoutePattern("/openapi/v1.json")
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp();
        options.HideClientButton = true;
        options.OperationTitleSource = OperationTitleSource.Path;
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
    });
}
