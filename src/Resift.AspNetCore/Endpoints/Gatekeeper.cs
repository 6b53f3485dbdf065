using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resift.AspNetCore;

/// <summary>Lets requests through to a handler that reads and answers by itself, behind the same keys and bounds as all others.</summary>
internal sealed class Gatekeeper(ResiftServerOptions options, Admission admission, WorkGate gate)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        IDisposable? entered;
        try
        {
            admission.Admit(context);
            // What only asks, such as for metrics, is answered at the limit too.
            entered = HttpMethods.IsPost(context.Request.Method) ? gate.EnterRequest(context) : null;
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
        problem.SetHeaders(context.Response.Headers, options.RetryAfter);
        return context.Response.WriteAsync(
            dialect.Error(problem.Kind, problem.Message, context.TraceIdentifier).ToJsonString(), context.RequestAborted);
    }
}
