using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resift.AspNetCore;

/// <summary>Lets requests through to a handler that reads and answers by itself, behind the same keys and bounds as all others.</summary>
internal sealed class Gatekeeper(ResiftServerOptions options, Admission admission, WorkGate gate)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        IDisposable entered;
        try
        {
            admission.ThrowUnlessAdmitted(context);
            entered = gate.EnterRequest();
        }
        catch (ServerProblem problem)
        {
            await RefuseAsync(context, problem).ConfigureAwait(false);
            return;
        }

        using (entered)
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = options.MaxBodyBytes;
            }

            await next(context).ConfigureAwait(false);
        }
    }

    private Task RefuseAsync(HttpContext context, ServerProblem problem)
    {
        var dialect = ResiftDialect.Instance;
        context.Response.StatusCode = dialect.StatusOf(problem.Kind);
        context.Response.ContentType = dialect.ErrorMediaType;
        if (problem.Kind is ProblemKind.Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (problem.Kind is ProblemKind.Overloaded)
        {
            double seconds = Math.Ceiling(options.RetryAfter.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString("F0", CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsync(
            dialect.Error(problem.Kind, problem.Message, context.TraceIdentifier).ToJsonString(), context.RequestAborted);
    }
}
